namespace StreamSocial.Replay.Traces;

/// <summary>One line of the trace: <c>userA userB unixSeconds RT|MT|RE</c>.</summary>
/// <param name="Number">Line number, counts from 1.</param>
/// <param name="UserA">Who acted.</param>
/// <param name="UserB">Whom it concerned.</param>
/// <param name="UnixSeconds">When.</param>
/// <param name="Interaction">What A did.</param>
public readonly record struct HiggsLine(int Number, int UserA, int UserB, long UnixSeconds, HiggsInteraction Interaction);
