using Aspire.Hosting;
using StreamSocial.AppHost.Topology;

namespace StreamSocial.Unit.Tests.AppHost.Topology;

/// <summary>Where the build puts the program of a service.</summary>
public sealed class BuiltProgramTests
{
    private static readonly string Suffix = OperatingSystem.IsWindows() ? ".exe" : "";

    public static TheoryData<string> Projects => [.. typeof(Projects.StreamSocial_Ingest).Assembly.GetTypes()
        .Where(type => type.Namespace == "Projects" && type.Name.StartsWith("StreamSocial_", StringComparison.Ordinal) && type.Name != "StreamSocial_AppHost" && type.Name != "StreamSocial_Cli")
        .Select(type => ((IProjectMetadata)Activator.CreateInstance(type)!).ProjectPath)];

    [Fact]
    public void PathOf_AProject_IsBesideTheAppHostsInTheSameConfiguration()
    {
        var root = Path.GetFullPath("bin");
        var path = BuiltProgram.PathOf(Path.GetFullPath("services/A.Service/A.Service.csproj"), Path.Combine(root, "A.AppHost", "release") + Path.DirectorySeparatorChar);
        Assert.Equal(Path.Combine(root, "A.Service", "release", "A.Service" + Suffix), path);
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void PathOf_AServiceOfThisTopology_WasBuiltThere(string project) =>
        Assert.True(File.Exists(BuiltProgram.PathOf(project, AppContext.BaseDirectory)), BuiltProgram.PathOf(project, AppContext.BaseDirectory));
}
