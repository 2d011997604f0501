using StreamSocial.Cli.Verification;
using StreamSocial.Replay;
using StreamSocial.Replay.Messages;

namespace StreamSocial.Cli.Drills.Running;

/// <summary>
/// A trace that lasts as long as the drill: round after round, each with ids of its own, until it is told to stop. Time goes on from round to round, since full
/// feeds refuse what is older than all they hold. The reference takes just what was read, which is just what is sent.
/// </summary>
/// <param name="open">Opens the trace of a round, counted from 0.</param>
/// <param name="limit">Most events; null for no limit.</param>
/// <param name="reference">Takes every event.</param>
/// <param name="time">The clock that no later round is ahead of: ingest refuses what is to come.</param>
internal sealed class DrillTrace(Func<int, ITraceSource> open, long? limit, ReferenceModel reference, TimeProvider time) : ITraceSource
{
    private ITraceSource _round = open(0);
    private DateTimeOffset _latest = DateTimeOffset.MinValue;

    /// <summary>How much later the events of this round are than their trace says; null before the first of a further round.</summary>
    private TimeSpan? _shift = TimeSpan.Zero;
    private bool _isFurther;

    private long _interactionsBefore;
    private long _read;
    private volatile bool _stopped;

    /// <inheritdoc/>
    public string Description => _round.Description;

    /// <inheritdoc/>
    public double? FractionRead => null;

    /// <inheritdoc/>
    public long InteractionsRead => _interactionsBefore + _round.InteractionsRead;

    /// <summary>Ends the trace with the event that is being read.</summary>
    public void Stop() => _stopped = true;

    /// <inheritdoc/>
    public IEnumerable<ReplayEvent> ReadEvents()
    {
        for (var round = 0; ; OpenRound(++round))
        {
            foreach (var read in _round.ReadEvents())
            {
                if (_stopped || _read == limit)
                    yield break;
                _read++;
                var replayEvent = Shift(read);
                reference.Apply(replayEvent);
                yield return replayEvent;
            }
        }
    }

    public void Dispose() => _round.Dispose();

    private void OpenRound(int round)
    {
        _interactionsBefore += _round.InteractionsRead;
        _round.Dispose();
        _round = open(round);
        (_shift, _isFurther) = (null, true);
    }

    private ReplayEvent Shift(ReplayEvent read)
    {
        if (read.OccurredAt is not { } said)
            return read;
        _shift ??= _latest - said;
        var at = said + _shift.Value;
        var now = Max(time.GetUtcNow(), _latest);
        if (_isFurther && at > now)
            at = now;
        _latest = Max(_latest, at);
        return read with { OccurredAt = at };
    }

    private static DateTimeOffset Max(DateTimeOffset left, DateTimeOffset right) => left > right ? left : right;
}
