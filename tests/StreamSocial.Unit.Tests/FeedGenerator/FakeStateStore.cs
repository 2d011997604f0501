using System.Diagnostics.CodeAnalysis;
using StreamSocial.Streams.State;

namespace StreamSocial.Unit.Tests.FeedGenerator;

internal sealed class FakeStateStore<TKey, TValue>(
    FakeTaskContext context, Dictionary<string, byte[]> bytes, ICodec<TKey> keys, ICodec<TValue> values) : IStateStore<TKey, TValue>
    where TKey : notnull
{
    public long Count => bytes.Count;

    public IEnumerable<KeyValuePair<TKey, TValue>> Entries =>
        bytes.Select(entry => KeyValuePair.Create(keys.Read(Convert.FromHexString(entry.Key)), values.Read(entry.Value)));

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        var found = bytes.TryGetValue(Key(key), out var stored);
        value = found ? values.Read(stored) : default;
        return found;
    }

    public void Put(TKey key, TValue value)
    {
        var written = CodecAssert.Bytes(values, value);
        context.BytesPut += written.Length;
        bytes[Key(key)] = written;
    }

    public bool Remove(TKey key) => bytes.Remove(Key(key));

    private string Key(TKey key) => Convert.ToHexString(CodecAssert.Bytes(keys, key));
}
