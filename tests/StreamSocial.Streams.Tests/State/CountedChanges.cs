using StreamSocial.Streams.State;

namespace StreamSocial.Streams.Tests.State;

/// <summary>Takes the changes of a capture and keeps none.</summary>
internal sealed class CountedChanges : IChangeSink
{
    public long Count { get; private set; }

    public void Add(byte store, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool removed) => Count++;
}
