using Microsoft.Extensions.Configuration;

namespace StreamSocial.ServiceDefaults;

/// <summary>Addresses of the services that the AppHost gave this one a reference to.</summary>
public static class ServiceAddresses
{
    /// <summary>The base address of a referenced service (<c>services:{name}:http:0</c>), or null where there is no such reference.</summary>
    public static Uri? GetServiceUri(this IConfiguration configuration, string name, string endpoint = "http") =>
        configuration[$"services:{name}:{endpoint}:0"] is { Length: > 0 } address ? new Uri(address) : null;
}
