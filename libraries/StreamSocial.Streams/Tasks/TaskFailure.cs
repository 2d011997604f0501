using StreamSocial.Streams.Emitting;

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
