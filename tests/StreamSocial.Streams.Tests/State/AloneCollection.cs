namespace StreamSocial.Streams.Tests.State;

/// <summary>Tests that nothing else may run beside.</summary>
[CollectionDefinition(nameof(AloneCollection), DisableParallelization = true)]
public sealed class AloneCollection;
