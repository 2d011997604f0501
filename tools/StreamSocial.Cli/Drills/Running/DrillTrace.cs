using StreamSocial.Cli.Verification;
using StreamSocial.Replay;
using StreamSocial.Replay.Messages;

namespace StreamSocial.Cli.Drills.Running;

/// <summary>
/// A trace that lasts as long as the drill: round after round, each with ids of its own, until it is told to stop. The reference takes
/// just what was read, which is just what is sent.
/// </summary>
/// <param name="open">Opens the trace of a round, counted from 0.</param>
/// <param name="limit">Most events; null for no limit.</param>
/// <param name="reference">Takes every event.</param>
internal sealed class DrillTrace(Func<int, ITraceSource> open, long? limit, ReferenceModel reference) : ITraceSource
{
    private ITraceSource _round = open(0);
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
            foreach (var replayEvent in _round.ReadEvents())
            {
                if (_stopped || _read == limit)
                    yield break;
                _read++;
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
    }
}
