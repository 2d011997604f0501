using System.Reflection;

namespace Aspire.Hosting;

/// <summary>What the build of the AppHost wrote into its assembly.</summary>
internal static class AppHostMetadata
{
    public static string? Find(Assembly? assembly, string key) =>
        assembly?.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(a => string.Equals(a.Key, key, StringComparison.OrdinalIgnoreCase))?.Value;
}
