namespace StreamSocial.AppHost.Topology;

/// <summary>
/// The program that was built for a service together with the AppHost. Started directly, a service answers seconds earlier, and a crashed one is back
/// seconds earlier, than through <c>dotnet run</c>, which evaluates the project first.
/// </summary>
internal static class BuiltProgram
{
    /// <summary>
    /// Lets the orchestrator start what was built. An IDE and <c>dotnet watch</c> go on starting the project themselves, and so does <c>dotnet run</c> when
    /// nothing is where the build puts it.
    /// </summary>
    public static IResourceBuilder<ProjectResource> StartedAsBuilt(this IResourceBuilder<ProjectResource> service)
    {
        var configuration = service.ApplicationBuilder.Configuration;
        var startedByTools = configuration["DEBUG_SESSION_PORT"] is not null || configuration["DOTNET_WATCH"] is not null;
        if (startedByTools || service.ApplicationBuilder.ExecutionContext.IsPublishMode)
            return service;

        var project = service.Resource.GetProjectMetadata().ProjectPath;
        var program = PathOf(project, AppContext.BaseDirectory);
        return File.Exists(program)
            ? service.WithAnnotation(new ExecutableAnnotation { Command = program, WorkingDirectory = Path.GetDirectoryName(project)! })
            : service;
    }

    /// <summary>Every project builds into a folder of its own, <c>bin/{project}/{configuration}</c>, beside this program's.</summary>
    internal static string PathOf(string project, string ownFolder)
    {
        var own = new DirectoryInfo(Path.TrimEndingDirectorySeparator(ownFolder));
        var name = Path.GetFileNameWithoutExtension(project);
        return Path.Combine(own.Parent!.Parent!.FullName, name, own.Name, OperatingSystem.IsWindows() ? name + ".exe" : name);
    }
}
