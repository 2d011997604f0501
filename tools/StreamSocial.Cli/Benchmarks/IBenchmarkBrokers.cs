namespace StreamSocial.Cli.Benchmarks;

/// <summary>Brokers outside this process; gone when disposed.</summary>
internal interface IBenchmarkBrokers : IAsyncDisposable
{
    string BootstrapServers { get; }

    bool IsEmbedded { get; }
}
