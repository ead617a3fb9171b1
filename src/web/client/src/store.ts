import type { Pending } from "./types.ts";

export interface Stored extends Pending {
  /** Whose write it is: nobody else sends it. */
  readonly owner: string;
  /** The order in which they were written. */
  readonly number: number;
}

/** Where writes wait. */
export interface Store {
  add(owner: string, pending: Pending): Promise<void>;
  /** In the order in which they were added. */
  of(owner: string): Promise<Stored[]>;
  remove(number: number): Promise<void>;
}

const DATABASE = "carillon";
const OUTBOX = "outbox";
const OWNER = "owner";

const settled = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((done, fail) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });

/** In IndexedDB: outlives a reload, a crash of the tab, the browser's end. */
export class BrowserStore implements Store {
  private opened: Promise<IDBDatabase> | null = null;

  constructor(private readonly factory: IDBFactory) {}

  async add(owner: string, pending: Pending): Promise<void> {
    const transaction = (await this.database()).transaction(OUTBOX, "readwrite", { durability: "strict" });
    transaction.objectStore(OUTBOX).add({ ...pending, owner });
    await new Promise<void>((done, fail) => {
      transaction.oncomplete = () => done();
      transaction.onabort = transaction.onerror = () => fail(transaction.error);
    });
  }

  async of(owner: string): Promise<Stored[]> {
    const store = (await this.database()).transaction(OUTBOX).objectStore(OUTBOX);
    return settled(store.index(OWNER).getAll(owner));
  }

  async remove(number: number): Promise<void> {
    await settled((await this.database()).transaction(OUTBOX, "readwrite").objectStore(OUTBOX).delete(number));
  }

  private database(): Promise<IDBDatabase> {
    this.opened ??= this.open().catch(cause => {
      this.opened = null;
      throw cause;
    });
    return this.opened;
  }

  private async open(): Promise<IDBDatabase> {
    const request = this.factory.open(DATABASE, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(OUTBOX, { keyPath: "number", autoIncrement: true }).createIndex(OWNER, OWNER);
    };
    const database = await settled(request);
    database.onversionchange = () => database.close();
    database.onclose = () => {
      this.opened = null;
    };
    return database;
  }
}

/** For browsers without, and for pages whose user has no name yet: lives as long as the page. */
export class MemoryStore implements Store {
  private readonly entries: Stored[] = [];
  private last = 0;

  async add(owner: string, pending: Pending): Promise<void> {
    this.entries.push({ ...pending, owner, number: ++this.last });
  }

  async of(owner: string): Promise<Stored[]> {
    return this.entries.filter(one => one.owner === owner);
  }

  async remove(number: number): Promise<void> {
    this.entries.splice(0, this.entries.length, ...this.entries.filter(one => one.number !== number));
  }
}
