namespace StreamSocial.Cli.Distribution;

/// <summary>A key and its part of the sampled entries of a partition.</summary>
internal sealed record HotKey(string Key, long Entries, double Share);
