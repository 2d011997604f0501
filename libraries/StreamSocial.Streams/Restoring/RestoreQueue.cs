namespace StreamSocial.Streams.Restoring;

/// <summary>The restores that wait, those with the most input to catch up on first.</summary>
/// <remarks>
/// One whose lag is not known comes after those that are known to lag and before those that are known not to; equal ones in the order
/// in which they came.
/// </remarks>
internal sealed class RestoreQueue
{
    private readonly PriorityQueue<RestoreSession, (long Rank, long Number)> _waiting = new();
    private long _number;

    public int Count => _waiting.Count;

    /// <param name="session">What waits.</param>
    /// <param name="lagRecords">Input records between the session's checkpoint and the log's end; null when not known.</param>
    public void Add(RestoreSession session, long? lagRecords) => _waiting.Enqueue(session, (RankOf(lagRecords), _number++));

    public bool TryTake([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out RestoreSession? session) => _waiting.TryDequeue(out session, out _);

    private static long RankOf(long? lagRecords) => lagRecords switch
    {
        null => -1,
        <= 0 => 0,
        // Below -1: even a lag of one record ranks before the unknown.
        { } lag => -1 - lag,
    };
}
