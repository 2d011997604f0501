using System.Text;
using StreamSocial.Streams.State;

namespace StreamSocial.Streams.Tests.State;

/// <summary>What a capture handed out, as text.</summary>
internal sealed class RecordedChanges(Action<(string Key, string? Value)>? onAdded = null) : IChangeSink
{
    public List<(string Key, string? Value)> InOrder { get; } = [];

    public int Count => InOrder.Count;

    public Dictionary<string, string?> ByKey => InOrder.ToDictionary(change => change.Key, change => change.Value);

    public void Add(byte store, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool removed)
    {
        InOrder.Add((Encoding.UTF8.GetString(key), removed ? null : Encoding.UTF8.GetString(value)));
        onAdded?.Invoke(InOrder[^1]);
    }
}

/// <summary>Takes the changes of a capture and keeps none.</summary>
internal sealed class CountedChanges : IChangeSink
{
    public long Count { get; private set; }

    public void Add(byte store, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool removed) => Count++;
}
