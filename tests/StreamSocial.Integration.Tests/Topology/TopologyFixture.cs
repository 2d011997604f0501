namespace StreamSocial.Integration.Tests.Topology;

/// <summary>One embedded topology with two generators, shared by the tests that only post and read.</summary>
public sealed class TopologyFixture : IAsyncLifetime
{
    internal RunningTopology Topology { get; private set; } = null!;

    public async ValueTask InitializeAsync() =>
        Topology = await RunningTopology.StartAsync(generators: 2, "--Kafka:Source=embedded");

    public ValueTask DisposeAsync() => Topology.DisposeAsync();
}
