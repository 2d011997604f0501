using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace StreamSocial.Streams.Membership.Peers;

/// <summary>
/// Which of the addresses that members report are believed: http or https, an allowed host, perhaps a port, and nothing else. Thread-safe.
/// </summary>
/// <remarks>A report is a record that anybody may have written who can write to the topic; what is behind an address is called with what clients ask for.</remarks>
public sealed partial class PeerAddresses(IOptions<PeersOptions> options, ILogger<PeerAddresses> logger)
{
    /// <summary>Bound of what is remembered to warn once: forged reports may have ever new addresses.</summary>
    private const int MaxWarnings = 1_000;

    private readonly HostRule[] _hosts = [.. options.Value.Hosts.Select(HostRule.Parse)];
    private readonly HashSet<string> _warned = new(StringComparer.Ordinal);

    /// <summary>Whether an address has the form of a member's and an allowed host.</summary>
    public bool IsAllowed(Uri address) =>
        address is { IsAbsoluteUri: true, Scheme: "http" or "https", UserInfo: "", PathAndQuery: "/", Fragment: "" }
        && (address.IsLoopback || Array.Exists(_hosts, host => host.Matches(address)));

    /// <summary>The member itself, or, if its address is not believed, a copy without one; says so once.</summary>
    internal Member Check(Member member)
    {
        if (member.Endpoint.Length == 0 || (Uri.TryCreate(member.Endpoint, UriKind.Absolute, out var address) && IsAllowed(address)))
            return member;
        bool isNew;
        lock (_warned)
            isNew = _warned.Count < MaxWarnings && _warned.Add($"{member.MemberId} {member.Endpoint}");
        if (isNew)
            LogRefused(member.MemberId, member.Endpoint);
        var without = member.Clone();
        without.Endpoint = "";
        return without;
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Member {Member} reports the address {Address}, which is not believed: Peers:AllowedHosts does not have its host, or it is more than http(s), host and port. It counts as a member without an address")]
    private partial void LogRefused(string member, string address);
}

/// <summary>One entry of the allowed hosts.</summary>
/// <param name="Network">A network or a single address; null for names.</param>
/// <param name="Name">A name, or with <paramref name="IsSuffix"/> the end of names, with its dot.</param>
/// <param name="IsSuffix">Whether names below it are meant.</param>
internal sealed record HostRule(IPNetwork? Network, string Name, bool IsSuffix)
{
    public static HostRule Parse(string text) =>
        IPAddress.TryParse(text, out var address) ? new(new IPNetwork(address, address.GetAddressBytes().Length * 8), text, false)
        : IPNetwork.TryParse(text, out var network) ? new(network, text, false)
        : text.StartsWith("*.", StringComparison.Ordinal) ? new(null, text[1..], true)
        : new(null, text, false);

    public bool Matches(Uri address) =>
        Network is { } network ? address.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6 && network.Contains(IPAddress.Parse(address.IdnHost))
        : address.HostNameType == UriHostNameType.Dns && (IsSuffix
            ? address.IdnHost.Length > Name.Length && address.IdnHost.EndsWith(Name, StringComparison.OrdinalIgnoreCase)
            : string.Equals(address.IdnHost, Name, StringComparison.OrdinalIgnoreCase));
}
