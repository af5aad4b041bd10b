/** What the first script, which is part of the document, passes to the others. */

declare global {
  /** The place that an address names. */
  var readAddress: (address: URL) => import('../../web/types.js').PlaceRequest;
  /** Answers that the document requested, by their addresses. */
  var earlyResponses: Map<string, Promise<Response>>;
  /** The query of the place whose weather the document carries, until that is taken over. */
  var embeddedQuery: string | null;
  /** Not in every browser. */
  var scheduler: {yield?: () => Promise<void>} | undefined;
}

export {};
