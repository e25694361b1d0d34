// Text as the search sees it, in documents and in queries alike. Pure.

/**
 * Composed characters, plain quotes, and a space for every other sign beyond ASCII. In its C locale PostgreSQL takes
 * each of these for a letter: `“forest` would be another word than `forest`, and `é` another than `e` with an accent.
 * A hyphen, slash or comma between two words parts them: `front-door` finds what `front door` finds.
 */
export const searchText = (text: string): string =>
  text
    .normalize('NFC')
    .replaceAll(/[“”„«»]/g, '"')
    .replaceAll(/[‘’]/g, "'")
    .replaceAll(/(?<=[\p{L}\p{N}])[-/,](?=[\p{L}\p{N}])/gu, ' ')
    .replaceAll(/[^\p{ASCII}\p{L}\p{M}\p{N}]/gu, ' ')
