namespace StreamSocial.Streams;

/// <summary>How the members of the group agree on who owns what.</summary>
public enum StreamsGroupProtocol
{
    /// <summary>KIP-848: the broker assigns, each partition moves by itself.</summary>
    Consumer,

    /// <summary>JoinGroup and SyncGroup with an assignor in the clients.</summary>
    Classic,
}
