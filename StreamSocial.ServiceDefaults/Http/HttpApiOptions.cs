using System.Net;
using Microsoft.Extensions.Options;

namespace StreamSocial.ServiceDefaults.Http;

/// <summary>Who may stand between a service's HTTP API and its clients, and which pages may call it.</summary>
public sealed class HttpApiOptions
{
    public const string SectionName = "Http";

    private static readonly char[] Separators = [',', ' '];

    /// <summary>
    /// Origins whose pages may call ingest and the feeds from a browser (CORS), such as <c>https://example.org</c>, separated by commas.
    /// </summary>
    /// <value>Default none: no page of another origin.</value>
    public string? AllowedOrigins { get; set; }

    /// <summary>
    /// Networks of proxies whose <c>X-Forwarded-For</c>, <c>-Proto</c>, <c>-Host</c> and <c>-Prefix</c> are believed, such as <c>10.0.0.0/8</c>,
    /// separated by commas.
    /// </summary>
    /// <value>Default none: only a proxy on this machine.</value>
    public string? TrustedProxies { get; set; }

    /// <summary>
    /// Names, besides those of loopback, under which a service that listens on loopback may be controlled, separated by commas: for a proxy on this machine that
    /// keeps the <c>Host</c> header.
    /// </summary>
    /// <value>Default none: <c>localhost</c>, names below it and loopback addresses.</value>
    public string? AllowedHosts { get; set; }

    internal string[] Origins => Split(AllowedOrigins);

    internal string[] Proxies => Split(TrustedProxies);

    internal string[] Hosts => Split(AllowedHosts);

    private static string[] Split(string? list) => list?.Split(Separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}

/// <summary>Checks the lists; reports every error at once.</summary>
internal sealed class HttpApiOptionsValidator : IValidateOptions<HttpApiOptions>
{
    public ValidateOptionsResult Validate(string? name, HttpApiOptions options)
    {
        var errors = options.Origins.Where(origin => !IsOrigin(origin))
            .Select(origin => $"{HttpApiOptions.SectionName}:AllowedOrigins has '{origin}'; give http or https, a host and perhaps a port, without a path.")
            .Concat(options.Proxies.Where(network => !IPNetwork.TryParse(network, out _))
                .Select(network => $"{HttpApiOptions.SectionName}:TrustedProxies has '{network}'; give networks such as 10.0.0.0/8."))
            .Concat(options.Hosts.Where(host => Uri.CheckHostName(host) == UriHostNameType.Unknown)
                .Select(host => $"{HttpApiOptions.SectionName}:AllowedHosts has '{host}'; give names without a port."))
            .ToList();
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var origin) && origin.Scheme is "http" or "https" && origin.GetLeftPart(UriPartial.Authority) == text;
}
