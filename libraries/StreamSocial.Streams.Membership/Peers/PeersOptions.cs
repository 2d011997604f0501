using System.Net;
using Microsoft.Extensions.Options;

namespace StreamSocial.Streams.Membership.Peers;

/// <summary>Which addresses in the topic of members are believed, and how members recognise each other.</summary>
public sealed class PeersOptions
{
    /// <summary>The configuration section.</summary>
    public const string SectionName = "Peers";

    internal const int MinSecretChars = 16;

    private static readonly char[] Separators = [',', ' '];

    /// <summary>
    /// Hosts, besides loopback, at which members may be: names, <c>*.example.org</c> for the names below one, IP addresses, and networks such as
    /// <c>10.0.0.0/8</c>, separated by commas. Whoever can write to the topic of members can make this process call an address there.
    /// </summary>
    /// <value>Default none: only loopback.</value>
    public string? AllowedHosts { get; set; }

    /// <summary>
    /// Secret that all members of a group share, and send with what they forward to each other. The AppHost makes one for each run.
    /// </summary>
    /// <value>Default none: whoever says that it is a member is believed, but has the limits of a client. 16 characters or more of printable ASCII.</value>
    public string? Secret { get; set; }

    internal string[] Hosts => AllowedHosts?.Split(Separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}

/// <summary>Checks the hosts and the secret; reports every error at once.</summary>
internal sealed class PeersOptionsValidator : IValidateOptions<PeersOptions>
{
    public ValidateOptionsResult Validate(string? name, PeersOptions options)
    {
        var errors = options.Hosts.Where(host => !IsHost(host))
            .Select(host => $"{PeersOptions.SectionName}:AllowedHosts has '{host}'; give names, *.name, IP addresses or networks such as 10.0.0.0/8, without a port.")
            .ToList();
        if (options.Secret is { } secret && (secret.Length < PeersOptions.MinSecretChars || !secret.All(character => character is > ' ' and <= '~')))
            errors.Add($"{PeersOptions.SectionName}:Secret has {secret.Length} characters; give {PeersOptions.MinSecretChars} or more of printable ASCII.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static bool IsHost(string text) =>
        IPAddress.TryParse(text, out _) || IPNetwork.TryParse(text, out _)
        || Uri.CheckHostName(text.StartsWith("*.", StringComparison.Ordinal) ? text[2..] : text) == UriHostNameType.Dns;
}
