namespace StreamSocial.Integration.Tests.Topology;

/// <summary>The tests that share one embedded topology.</summary>
[CollectionDefinition(nameof(EmbeddedTopology))]
public sealed class EmbeddedTopology : ICollectionFixture<TopologyFixture>;
