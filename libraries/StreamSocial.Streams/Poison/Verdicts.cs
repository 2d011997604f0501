using System.Buffers;
using System.Globalization;
using Google.Protobuf;
using StreamSocial.Streams.Contracts;
using StreamSocial.Streams.State;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Poison;

/// <summary>
/// The verdict on an entry that failed its last try: from now on every owner of the task sends it to the dead-letter topic. It is part of the
/// task's state and durable before anything after the entry is sent; otherwise a successor for whom the entry succeeds would number what follows
/// differently.
/// </summary>
internal sealed class Verdicts(IStateStore<string, EntryFailure> store)
{
    /// <summary>Sends an entry to the dead-letter topic when its turn comes.</summary>
    public void Add(EntryFailure entry) => store.Put(KeyOf(entry.Offset, entry.Index), entry);

    /// <summary>Returns the verdict on an entry and removes it from the state; null when there is none.</summary>
    public EntryFailure? Take(long offset, int index)
    {
        if (store.Count == 0 || !store.TryGet(KeyOf(offset, index), out var verdict))
            return null;
        store.Remove(KeyOf(offset, index));
        return verdict;
    }

    private static string KeyOf(long offset, int index) => string.Create(CultureInfo.InvariantCulture, $"{offset}/{index}");
}

/// <summary>Writes a verdict as a message of the changelog.</summary>
internal sealed class EntryFailureCodec : ICodec<EntryFailure>
{
    public static EntryFailureCodec Instance { get; } = new();

    public void Write(EntryFailure value, IBufferWriter<byte> output) => new Verdict
    {
        Offset = value.Offset,
        Index = value.Index,
        Tries = value.Tries,
        ErrorType = value.ErrorType,
        ErrorMessage = value.ErrorMessage,
    }.WriteTo(output);

    public EntryFailure Read(ReadOnlySpan<byte> input)
    {
        try
        {
            var verdict = Verdict.Parser.ParseFrom(input);
            return new EntryFailure(verdict.Offset, verdict.Index, verdict.Tries, verdict.ErrorType, verdict.ErrorMessage);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new InvalidDataException("A stored verdict on an entry is damaged.", e);
        }
    }
}
