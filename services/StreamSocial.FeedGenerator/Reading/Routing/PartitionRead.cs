using StreamSocial.Streams.Membership;

namespace StreamSocial.FeedGenerator.Reading.Routing;

/// <summary>The outcome of one attempt to read a partition.</summary>
/// <param name="Place">Where the partition is.</param>
/// <param name="Value">What was read; set only for <see cref="PartitionPlace.Here"/>.</param>
/// <param name="Owner">Whom to ask; set only for <see cref="PartitionPlace.Elsewhere"/>.</param>
internal readonly record struct PartitionRead<T>(PartitionPlace Place, T? Value, PartitionOwner? Owner);
