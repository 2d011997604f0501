using System.Collections.Immutable;
using StreamSocial.Events.Runtime;

namespace StreamSocial.Streams.Membership;

/// <summary>All live members as of one moment.</summary>
/// <param name="Version">Rises with every change.</param>
/// <param name="Members">By member id. Do not change the messages.</param>
/// <param name="IsCaughtUp">False until the topic has been read to the end that it had at start: unknown, not empty.</param>
public sealed record MembersSnapshot(long Version, ImmutableDictionary<string, Member> Members, bool IsCaughtUp);
