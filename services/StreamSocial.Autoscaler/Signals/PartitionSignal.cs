namespace StreamSocial.Autoscaler.Signals;

/// <summary>One partition of an input topic; what could not be measured is null.</summary>
/// <param name="Topic">The input topic.</param>
/// <param name="Partition">The partition.</param>
/// <param name="LagRecords">Log end minus the owner's position.</param>
/// <param name="ArrivalRate">Records per second that were appended.</param>
/// <param name="IsRestoring">Whether its owner has no position yet.</param>
internal readonly record struct PartitionSignal(string Topic, int Partition, long? LagRecords, double? ArrivalRate, bool IsRestoring);
