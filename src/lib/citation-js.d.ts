// What is used of citation-js, which brings no types of its own.
declare module '@citation-js/core' {
  export const plugins: {
    readonly config: {
      get(plugin: '@bibtex'): { readonly format: { useIdAsLabel: boolean; checkLabel: boolean } }
    }
    readonly output: { format(style: 'bibtex' | 'ris', items: readonly object[]): string }
  }
}
declare module '@citation-js/plugin-bibtex' {}
declare module '@citation-js/plugin-ris' {}
