namespace StreamSocial.Cli.Drills.Zombie;

/// <summary>What one freeze did.</summary>
/// <param name="Number">1, 2, 3, …</param>
/// <param name="Replica">Who was frozen.</param>
/// <param name="At">When, since the drill began.</param>
/// <param name="Partitions">What it owned.</param>
/// <param name="TakenOverAfter">Until others had all of it and went on.</param>
/// <param name="FrozenFor">Until it was continued.</param>
/// <param name="LongestPause">Longest pause of a partition until all went on, after the continuation too.</param>
/// <param name="CheckpointsFenced">Checkpoints that the brokers refused; null when unknown.</param>
/// <param name="DuplicatesDropped">Entries that receivers dropped as repeats: those of the zombie and those of who took over.</param>
internal sealed record ZombieFinding(
    int Number, string Replica, TimeSpan At, int Partitions, TimeSpan TakenOverAfter, TimeSpan FrozenFor, TimeSpan? LongestPause, long? CheckpointsFenced, long? DuplicatesDropped);
