namespace StreamSocial.Streams.Checkpoints;

/// <summary>Keys and headers of the runtime's own records in a changelog; keys of store entries start with the store's id.</summary>
internal static class ChangelogKeys
{
    /// <summary>Version of the format; a reader refuses a newer one.</summary>
    public const int Version = 1;

    /// <summary>Header with the owner's claim offset on every record that is written under a claim.</summary>
    public const string OwnerHeader = "owner";

    /// <summary>Key of the commit record.</summary>
    public static readonly byte[] Commit = [0, (byte)'c'];

    /// <summary>Key of the claim record.</summary>
    public static readonly byte[] Claim = [0, (byte)'o'];
}
