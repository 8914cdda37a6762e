module.exports = {
  sources: {
    input: './source.yaml',
    output: {
      target: './client/source.ts',
      client: 'fetch',
      override: { mutator: { path: './fetcher.ts', name: 'fetcher' } },
    },
  },
};
