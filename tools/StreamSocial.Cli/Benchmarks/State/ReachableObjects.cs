using System.Reflection;

namespace StreamSocial.Cli.Benchmarks.State;

/// <summary>Counts the objects that an object keeps in memory: itself, and all that its fields and elements lead to.</summary>
internal sealed class ReachableObjects
{
    private readonly HashSet<object> _seen = new(ReferenceEqualityComparer.Instance);
    private readonly Stack<object> _unread = [];
    private readonly Dictionary<Type, FieldInfo[]> _fields = [];

    /// <summary>Counts the objects.</summary>
    /// <param name="root">Where to start.</param>
    public static long CountFrom(object root)
    {
        var objects = new ReachableObjects();
        objects.Meet(root);
        while (objects._unread.TryPop(out var next))
            objects.Read(next);
        return objects._seen.Count;
    }

    private void Meet(object? found)
    {
        // Types belong to the runtime, and would lead to all of it.
        if (found is not (null or Type or MemberInfo or Delegate) && _seen.Add(found))
            _unread.Push(found);
    }

    private void Read(object next)
    {
        if (next is not Array array)
        {
            ReadFields(next);
            return;
        }
        var element = array.GetType().GetElementType()!;
        if (element.IsValueType && FieldsOf(element).Length == 0)
            return;
        foreach (var item in array)
            Follow(item, element);
    }

    private void ReadFields(object holder)
    {
        foreach (var field in FieldsOf(holder.GetType()))
            Follow(field.GetValue(holder), field.FieldType);
    }

    private void Follow(object? value, Type declared)
    {
        // What is read of a field of a value type is a copy in a box: it is no object of the heap, what it refers to is.
        if (value is not null && declared.IsValueType)
            ReadFields(value);
        else
            Meet(value);
    }

    /// <summary>The fields of a type and its bases through which objects can be reached.</summary>
    private FieldInfo[] FieldsOf(Type type)
    {
        if (_fields.TryGetValue(type, out var known))
            return known;
        // A struct that contains itself, as the numbers do, has no more fields than it has.
        _fields[type] = [];
        var fields = new List<FieldInfo>();
        for (var declaring = type; declaring is not null; declaring = declaring.BaseType)
        {
            fields.AddRange(declaring.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
                .Where(field => !field.FieldType.IsPointer && (!field.FieldType.IsValueType || FieldsOf(field.FieldType).Length > 0)));
        }
        return _fields[type] = [.. fields];
    }
}
