/** What the first script, which stands in the document, hands to the others. */

declare global {
  /** The place that an address names. */
  var readAddress: (address: URL) => import('../../web/place.js').PlaceRequest;
  /** Answers that the document asked for, by their addresses. */
  var earlyResponses: Map<string, Promise<Response>>;
  /** The query of the place whose weather the document carries, until that is taken over. */
  var embeddedQuery: string | null;
}

export {};
