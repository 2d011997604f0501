using System.Xml.Linq;

namespace StreamSocial.Unit.Tests.Architecture;

/// <summary>Project files keep no InternalsVisibleTo for a project that is gone or does not need it.</summary>
public sealed class InternalsVisibleToTests
{
    private const string Solution = "StreamSocial.Aspire.sln";

    [Fact]
    public void InternalsVisibleTo_OfEachProject_NamesAProjectThatReferencesIt()
    {
        var projects = ReadProjects();
        var friends = projects.SelectMany(project => IncludesOf(project.Value, "InternalsVisibleTo").Select(friend => (Owner: project.Key, Friend: friend))).ToList();
        Assert.NotEmpty(friends);
        Assert.All(friends, pair =>
        {
            var friend = projects.Values.FirstOrDefault(project => AssemblyOf(project) == pair.Friend) ?? projects.GetValueOrDefault(pair.Friend);
            Assert.True(friend is not null && (AssemblyOf(friend) ?? pair.Friend) == pair.Friend, $"{pair.Owner} shows its internals to {pair.Friend}, which is the assembly of no project.");
            Assert.True(ReferencesOf(friend).Contains(pair.Owner), $"{pair.Owner} shows its internals to {pair.Friend}, which does not reference it.");
        });
    }

    private static Dictionary<string, XDocument> ReadProjects()
    {
        var root = FindRoot();
        return new[] { "libraries", "services", "tools", "tests", "compat", "StreamSocial.*" }
            .SelectMany(pattern => root.EnumerateDirectories(pattern))
            .SelectMany(folder => folder.EnumerateFiles("*.csproj", SearchOption.AllDirectories))
            .ToDictionary(file => Path.GetFileNameWithoutExtension(file.Name), file => XDocument.Load(file.FullName));
    }

    private static DirectoryInfo FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, Solution)))
                return folder;
        }

        throw new FileNotFoundException($"No folder above {AppContext.BaseDirectory} has {Solution}.");
    }

    private static IEnumerable<string> ReferencesOf(XDocument project) =>
        IncludesOf(project, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/')));

    /// <summary>Name of a project's assembly if it is not the project's own.</summary>
    private static string? AssemblyOf(XDocument project) => project.Descendants("AssemblyName").Select(name => name.Value).SingleOrDefault();

    private static IEnumerable<string> IncludesOf(XDocument project, string item) =>
        project.Descendants(item).Select(found => (string?)found.Attribute("Include")).OfType<string>();
}
