namespace StreamSocial.Cli.Drills.Running;

/// <summary>How the topology did undisturbed, at the beginning.</summary>
/// <param name="From">Begin of the measurement.</param>
/// <param name="To">Its end.</param>
/// <param name="AcknowledgedRate">Actions acknowledged per second.</param>
/// <param name="ProcessedRate">Actions processed per second.</param>
/// <param name="PauseP50">Median pause of a partition.</param>
/// <param name="PauseP99">99th percentile of them; null when no partition had to wait.</param>
internal sealed record SteadyState(TimeSpan From, TimeSpan To, double AcknowledgedRate, double ProcessedRate, TimeSpan? PauseP50, TimeSpan? PauseP99);
