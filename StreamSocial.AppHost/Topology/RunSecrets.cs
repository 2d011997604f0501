using System.Security.Cryptography;

namespace StreamSocial.AppHost.Topology;

/// <summary>Secrets that the parts of one run share.</summary>
internal static class RunSecrets
{
    /// <summary>Shared by the feed generators, which forward reads to each other.</summary>
    public const string Peers = "Peers:Secret";

    /// <summary>Makes a secret for this run unless one is configured. It reaches services with its section.</summary>
    public static void MakeSecret(this IDistributedApplicationBuilder builder, string key)
    {
        if (builder.ExecutionContext.IsRunMode && string.IsNullOrEmpty(builder.Configuration[key]))
            builder.Configuration[key] = RandomNumberGenerator.GetHexString(32, lowercase: true);
    }
}
