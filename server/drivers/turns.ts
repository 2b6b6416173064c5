/** One task at a time for each key, in the order given: a delete may be asked for right behind the create that it undoes. */

export interface Turns {
  take<T>(key: string, task: () => Promise<T>): Promise<T>;
}

export function createTurns(): Turns {
  const last = new Map<string, Promise<unknown>>();
  return {
    take(key, task) {
      const before = last.get(key);
      const turn = before === undefined ? task() : before.then(task, task);
      last.set(key, turn);
      const leave = (): void => {
        if (last.get(key) === turn) last.delete(key);
      };
      turn.then(leave, leave);
      return turn;
    },
  };
}
