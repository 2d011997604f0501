using System.Globalization;
using Google.Protobuf;
using StreamSocial.Streams.Contracts;
using StreamSocial.Streams.Emitting;
using StreamSocial.Streams.State;

namespace StreamSocial.Streams.Tasks;

/// <summary>Why a task stopped alone. Its state goes back to the last durable checkpoint, so nothing remains of what failed.</summary>
/// <param name="Reason">A sentence for an operator.</param>
/// <param name="Error">What was thrown; null when nothing was.</param>
/// <param name="Entry">The entry that could not be processed; null when the entry is not the cause.</param>
internal sealed record TaskFailure(string Reason, Exception? Error = null, EntryFailure? Entry = null)
{
    /// <summary>The failure that an exception out of a task means.</summary>
    public static TaskFailure Of(Exception error) => error is EntryFailedException failed
        ? new(failed.Message, failed.InnerException, failed.Entry)
        : new($"{error.GetType().Name}: {error.Message}", error);
}

/// <summary>An entry that a processor failed to apply.</summary>
/// <param name="Offset">Offset of its record in the input.</param>
/// <param name="Index">Place of the entry in its record; -1 when the record as a whole cannot be read.</param>
/// <param name="Tries">How often it was tried.</param>
/// <param name="ErrorType">Full name of the last error's type.</param>
/// <param name="ErrorMessage">The last error's message.</param>
internal sealed record EntryFailure(long Offset, int Index, int Tries, string ErrorType, string ErrorMessage)
{
    /// <summary>Whether another try would end the same.</summary>
    public bool IsFinal { get; init; }

    public static EntryFailure Of(Exception error, long offset, int index, int tries) =>
        new(offset, index, tries, error.GetType().FullName ?? error.GetType().Name, error.Message) { IsFinal = error is InvalidEntryException or RecordTooLargeException };

    public bool IsAt(long offset, int index) => Offset == offset && Index == index;
}

/// <summary>A processor failed to apply an entry, and its changes may be half done.</summary>
internal sealed class EntryFailedException(EntryFailure entry, TaskId task, Exception error)
    : Exception($"Entry {entry.Index} of {task} offset {entry.Offset} failed in try {entry.Tries}: {error.Message}", error)
{
    public EntryFailure Entry => entry;
}

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

    public void Write(EntryFailure value, System.Buffers.IBufferWriter<byte> output) => new Verdict
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
