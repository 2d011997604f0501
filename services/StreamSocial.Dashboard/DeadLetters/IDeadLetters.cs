using StreamSocial.Dashboard.Operations;
using StreamSocial.Kafka.DeadLetters;
using StreamSocial.Operations.Log;

namespace StreamSocial.Dashboard.DeadLetters;

/// <summary>Looks into the dead letters and sends some back. Thread-safe.</summary>
internal interface IDeadLetters
{
    /// <exception cref="DeadLettersBusyException">Too many wait already.</exception>
    /// <exception cref="DeadLetterException">The brokers do not answer.</exception>
    Task<DeadLetterList> ReadAsync(IReadOnlyCollection<string> inputs, int limit, DeadLetterCursor? before, CancellationToken cancellationToken);

    /// <exception cref="ReplayRefusedException">Nothing was sent.</exception>
    /// <exception cref="OperationLogException">It could not be recorded; the message says whether it was done.</exception>
    /// <exception cref="DeadLetterException">The brokers do not answer; some may have been sent.</exception>
    Task<ReplayResult> ReplayAsync(IReadOnlyList<ReplayChoice> choices, Operator by, CancellationToken cancellationToken);
}

/// <summary>A dead letter that somebody wants sent back.</summary>
/// <param name="Place">Where it lies.</param>
/// <param name="Repeat">Whether it goes again if it was sent before.</param>
internal readonly record struct ReplayChoice(DeadLetterPlace Place, bool Repeat);

/// <summary>The dashboard has no cluster to look into: its figures are made up.</summary>
internal sealed class NoDeadLetters : IDeadLetters
{
    public Task<DeadLetterList> ReadAsync(IReadOnlyCollection<string> inputs, int limit, DeadLetterCursor? before, CancellationToken cancellationToken) =>
        Task.FromResult(new DeadLetterList([], null, []));

    public Task<ReplayResult> ReplayAsync(IReadOnlyList<ReplayChoice> choices, Operator by, CancellationToken cancellationToken) =>
        throw new ReplayRefusedException(DeadLetterProblems.NoSuchLetter, $"There is no dead letter {choices[0].Place}: the dashboard runs in demo mode.");
}
