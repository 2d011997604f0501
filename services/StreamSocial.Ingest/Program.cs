using StreamSocial.Ingest;

await IngestApplication.Create(args).RunAsync();
