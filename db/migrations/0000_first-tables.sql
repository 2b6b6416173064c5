CREATE TABLE `audit_log` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`actor` text NOT NULL,
	`action` text NOT NULL,
	`target` text NOT NULL,
	`reason` text NOT NULL,
	`outcome` text NOT NULL,
	`detail` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `call_records` (
	`call_id` text PRIMARY KEY NOT NULL,
	`start_at` integer NOT NULL,
	`answer_at` integer NOT NULL,
	`end_at` integer NOT NULL,
	`duration_ms` integer NOT NULL,
	`duration_error_ms` integer NOT NULL,
	`calling_number` text,
	`calling_gateway` text,
	`called_number` text,
	`called_gateway` text,
	`dialled` text,
	`cause` integer,
	`released_by` text,
	`outcome` text NOT NULL,
	`origin` text NOT NULL,
	`codec` text,
	`written_by` text NOT NULL,
	`written_at` integer NOT NULL,
	`record` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `call_records_start` ON `call_records` (`start_at`,`call_id`);--> statement-breakpoint
CREATE INDEX `call_records_caller` ON `call_records` (`calling_number`,`start_at`,`call_id`);--> statement-breakpoint
CREATE INDEX `call_records_callee` ON `call_records` (`called_number`,`start_at`,`call_id`);--> statement-breakpoint
CREATE INDEX `call_records_calling_gateway` ON `call_records` (`calling_gateway`,`start_at`,`call_id`);--> statement-breakpoint
CREATE INDEX `call_records_called_gateway` ON `call_records` (`called_gateway`,`start_at`,`call_id`);--> statement-breakpoint
CREATE INDEX `call_records_outcome` ON `call_records` (`outcome`,`start_at`,`call_id`);--> statement-breakpoint
CREATE INDEX `call_records_origin` ON `call_records` (`origin`,`start_at`,`call_id`);--> statement-breakpoint
CREATE TABLE `collected` (
	`node` text PRIMARY KEY NOT NULL,
	`record_sequence` integer DEFAULT 0 NOT NULL,
	`event_sequence` integer DEFAULT 0 NOT NULL,
	`complete_at` integer
);
--> statement-breakpoint
CREATE TABLE `failovers` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`state` text NOT NULL,
	`epoch_number` integer NOT NULL,
	`from_server` text,
	`to_server` text NOT NULL,
	`started_at` integer NOT NULL,
	`active_at` integer,
	`report` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `failovers_started` ON `failovers` (`started_at`,`id`);--> statement-breakpoint
CREATE TABLE `journal_events` (
	`node` text NOT NULL,
	`sequence` integer NOT NULL,
	`boot` integer NOT NULL,
	`mono` real NOT NULL,
	`wall` integer NOT NULL,
	`what` text NOT NULL,
	`severity` text NOT NULL,
	`text` text NOT NULL,
	`data` text NOT NULL,
	PRIMARY KEY(`node`, `boot`, `sequence`)
);
--> statement-breakpoint
CREATE INDEX `journal_events_wall` ON `journal_events` (`wall`,`node`,`sequence`);--> statement-breakpoint
CREATE INDEX `journal_events_severity` ON `journal_events` (`severity`,`wall`);