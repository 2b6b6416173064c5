/** Every page: fonts, styles, theme before first paint, the shell. Pages are static; all data comes over the live link. */
import { GeistMono } from "geist/font/mono";
import { GeistSans } from "geist/font/sans";
import type { Metadata, Viewport } from "next";
import type { ReactNode } from "react";
import { QueryProvider } from "./_trpc/QueryProvider.tsx";
import { Shell } from "./_ui/shell/Shell.tsx";
import "./_ui/styles/tokens.css";
import "./_ui/styles/base.css";
import "./_ui/styles/components.css";
import "./_ui/styles/dialogs.css";
import "./_ui/styles/table.css";
import "./_ui/styles/strip.css";
import "./_ui/styles/shell.css";

export const metadata: Metadata = {
  title: { default: "Tandem", template: "%s · Tandem" },
  description: "The pair of call servers, its gateways and its calls, live.",
  robots: { index: false, follow: false },
};

export const viewport: Viewport = {
  width: "device-width",
  initialScale: 1,
  themeColor: [
    { media: "(prefers-color-scheme: dark)", color: "#0f1113" },
    { media: "(prefers-color-scheme: light)", color: "#f7f7f5" },
  ],
};

export default function RootLayout({ children }: { readonly children: ReactNode }) {
  return (
    // The theme script sets an attribute before React looks at the element.
    <html lang="en" className={`${GeistSans.variable} ${GeistMono.variable}`} suppressHydrationWarning>
      <head>
        {/* Not deferred: it must run before the first paint, and it is a file so that no inline script is needed. */}
        <script src="/theme.js" />
      </head>
      <body>
        <QueryProvider>
          <Shell>{children}</Shell>
        </QueryProvider>
      </body>
    </html>
  );
}
