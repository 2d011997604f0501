namespace StreamSocial.Streams.Checkpoints;

/// <summary>
/// Knows which writers of a member cannot make their checkpoints durable. They go on trying, so without it nobody would notice. Thread-safe.
/// </summary>
internal sealed class CheckpointHealth
{
    /// <summary>Failures in a row before a writer counts as stuck; a broker that restarts, or a record limit that is looked for, causes fewer.</summary>
    public const int MaxFailures = 10;

    private readonly Lock _gate = new();
    private readonly Dictionary<object, (int Failures, string Reason)> _failing = [];

    /// <summary>Why checkpoints are stuck; null when they are not.</summary>
    public string? Problem
    {
        get
        {
            lock (_gate)
            {
                foreach (var (failures, reason) in _failing.Values)
                {
                    if (failures >= MaxFailures)
                        return $"Checkpoints have failed {failures} times in a row: {reason}";
                }
                return null;
            }
        }
    }

    public void OnFailed(object writer, string reason)
    {
        lock (_gate)
            _failing[writer] = (_failing.GetValueOrDefault(writer).Failures + 1, reason);
    }

    public void OnSucceeded(object writer)
    {
        lock (_gate)
            _failing.Remove(writer);
    }
}
