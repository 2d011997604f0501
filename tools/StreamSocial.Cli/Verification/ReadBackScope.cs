namespace StreamSocial.Cli.Verification;

/// <summary>What is read back beside the feeds and compared with the reference.</summary>
/// <param name="Counters">Each content's counters.</param>
/// <param name="Trend">With the counters, the contents that trend: it tells something only if nobody else interacts with any.</param>
/// <param name="Notifications">Notifications of users.</param>
internal sealed record ReadBackScope(bool Counters = true, bool Trend = true, bool Notifications = true)
{
    public static ReadBackScope All { get; } = new();
}
