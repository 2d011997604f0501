namespace StreamSocial.Cli.Drills.ReplicaKill;

/// <summary>What one kill did.</summary>
/// <param name="Number">1, 2, 3, …</param>
/// <param name="Replica">Who was killed.</param>
/// <param name="At">When, since the drill began.</param>
/// <param name="LongestPause">Longest pause of a partition until all went on; null when none paused.</param>
/// <param name="LongestPausePartition">Which partition that was.</param>
/// <param name="FullRateAfter">Until actions were processed at the full rate again; zero when the rate did not fall; null when it was not seen to recover.</param>
/// <param name="HealthyAfter">Until all replicas were healthy again.</param>
internal sealed record ReplicaKillFinding(
    int Number, string Replica, TimeSpan At, TimeSpan? LongestPause, string? LongestPausePartition, TimeSpan? FullRateAfter, TimeSpan HealthyAfter);
