namespace StreamSocial.Autoscaler.Signals;

/// <summary>One live member.</summary>
/// <param name="MemberId">Its id in the group.</param>
/// <param name="Partitions">Partitions of all input topics that it owns.</param>
/// <param name="TrueRate">Records per second that it could process if it were never idle; null when not yet known.</param>
/// <param name="BusyRatio">Share of time spent processing; null when not yet known.</param>
internal sealed record MemberSignal(string MemberId, int Partitions, double? TrueRate, double? BusyRatio);
