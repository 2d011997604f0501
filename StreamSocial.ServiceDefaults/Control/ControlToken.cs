using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace StreamSocial.ServiceDefaults.Control;

/// <summary>The secret without which nothing can be scaled, paused, started or stopped through a service.</summary>
/// <remarks>It is sent in a header, which no other site's page can make a browser do, so there is no cookie that a forged request could borrow.</remarks>
/// <param name="configured">The token; null to make one for this process.</param>
public sealed class ControlToken(string? configured)
{
    private const string Scheme = "Bearer ";

    /// <summary>The token.</summary>
    public string Value { get; } = configured ?? RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>Whether nobody else knows it yet.</summary>
    public bool IsMadeHere => configured is null;

    /// <summary>Whether a request carries the token.</summary>
    public bool IsIn(HttpRequest request)
    {
        var header = request.Headers[HeaderNames.Authorization].ToString();
        return header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(header[Scheme.Length..]), Encoding.UTF8.GetBytes(Value));
    }
}
