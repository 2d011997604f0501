namespace StreamSocial.Streams.Membership;

/// <summary>Who serves a partition, from what the members say of themselves.</summary>
/// <param name="MemberId">The member.</param>
/// <param name="Endpoint">Base address of its HTTP API.</param>
/// <param name="IsSelf">Whether it is this process.</param>
public sealed record PartitionOwner(string MemberId, Uri Endpoint, bool IsSelf);
