namespace Aspire.Hosting.Orchestration;

/// <summary>The <c>dotnet</c> that this process runs on, so that resources run on the same.</summary>
internal static class DotnetHost
{
    public static string Path { get; } = Find();

    private static string Find()
    {
        // …/dotnet/shared/Microsoft.NETCore.App/10.0.0/System.Private.CoreLib.dll
        var runtime = System.IO.Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var beside = System.IO.Path.GetFullPath("../../../dotnet", runtime);
        return File.Exists(beside) ? beside : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
    }
}
