using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;

namespace StreamSocial.AppHost.Topology;

/// <summary>The token of the dashboard's buttons: the AppHost knows it, to print the link with it.</summary>
internal static class DashboardToken
{
    private const string Key = "Dashboard:ControlToken";

    /// <summary>Makes a token for this run unless one is configured. It reaches the dashboard with its section, as a secret.</summary>
    public static IResourceBuilder<ProjectResource> WithControlToken(this IResourceBuilder<ProjectResource> dashboard)
    {
        var builder = dashboard.ApplicationBuilder;
        if (builder.ExecutionContext.IsRunMode)
            builder.Configuration[Key] ??= RandomNumberGenerator.GetHexString(32, lowercase: true);
        return dashboard;
    }

    /// <summary>What a link to the dashboard ends with, so that its buttons work.</summary>
    public static string FragmentOf(IConfiguration configuration) => configuration[Key] is { Length: > 0 } token ? $"/#token={token}" : "";
}
